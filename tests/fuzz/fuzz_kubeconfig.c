/* fuzz_kubeconfig: any text as the kubeconfig that a plan was told to use; no server is asked. */
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include "validate/cluster/kubeconfig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cluster_options options = { 0 };
	struct kubeconfig read = { 0 };
	struct err err = ERR_INIT;
	struct arena arena;
	struct run run;
	char path[64];
	int fd;

	if (size > 8192 || (fd = memfd_create("kubeconfig", MFD_CLOEXEC)) < 0)
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	options.kubeconfig = path;
	run_init(&run);
	arena_init(&arena, &run.budget);
	if (write(fd, data, size) == (ssize_t)size &&
	    !kubeconfig_load(&run, &arena, &options, &read, &err))
		kubeconfig_name(&arena, &read);
	arena_release(&arena);
	run_release(&run);
	close(fd);
	return 0;
}
