package more

deny contains {"msg": "two at least", "path": ["spec", "replicas"]} if input.spec.replicas < 2
