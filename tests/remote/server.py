#!/usr/bin/env python3
"""server.py FOLDER: git over HTTPS (git http-backend) and plain files, on a loopback port.

FOLDER has cert.pem, key.pem, repos/ (served below /), and files/ (below /files/). What lies below
/private/ wants the password `word` of the user `me`. Prints the port; writes what was asked, one
line each, to FOLDER/log."""
import base64, http.server, os, ssl, subprocess, sys, time

folder = os.path.abspath(sys.argv[1])


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.0'

    def log_message(self, *args):
        pass

    def answer(self, status, body=b'', headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def allowed(self):
        token = base64.b64encode(b'me:word').decode()
        return not self.path.startswith('/private/') or self.headers.get('Authorization') == 'Basic ' + token

    def handle_one(self):
        with open(os.path.join(folder, 'log'), 'a') as log:
            log.write('%s %s\n' % (self.command, self.path))
        path, _, query = self.path.partition('?')
        if path.startswith('/slow/'):
            time.sleep(20)
        if not self.allowed():
            return self.answer(401, headers=[('WWW-Authenticate', 'Basic realm="git"')])
        if path.startswith('/files/'):
            name = os.path.join(folder, 'files', os.path.basename(path))
            if not os.path.isfile(name):
                return self.answer(404, b'<html>no such page</html>')
            return self.answer(200, open(name, 'rb').read())
        self.backend(path, query)

    def backend(self, path, query):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        if self.headers.get('Transfer-Encoding') == 'chunked':
            return self.answer(411)
        env = dict(os.environ, GIT_PROJECT_ROOT=os.path.join(folder, 'repos'), GIT_HTTP_EXPORT_ALL='1',
                   PATH_INFO=path, QUERY_STRING=query, REQUEST_METHOD=self.command,
                   CONTENT_TYPE=self.headers.get('Content-Type') or '', CONTENT_LENGTH=str(len(body)),
                   HTTP_CONTENT_ENCODING=self.headers.get('Content-Encoding') or '',
                   GIT_PROTOCOL=self.headers.get('Git-Protocol') or '', REMOTE_ADDR='127.0.0.1')
        run = subprocess.run(['git', 'http-backend'], input=body, stdout=subprocess.PIPE, env=env)
        head, _, rest = run.stdout.partition(b'\r\n\r\n')
        headers = [tuple(line.decode('latin1').split(': ', 1)) for line in head.split(b'\r\n') if b': ' in line]
        status = [int(value.split()[0]) for name, value in headers if name == 'Status']
        self.answer(status[0] if status else 200, rest, [h for h in headers if h[0] != 'Status'])

    do_GET = do_POST = handle_one


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(os.path.join(folder, 'cert.pem'), os.path.join(folder, 'key.pem'))
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
