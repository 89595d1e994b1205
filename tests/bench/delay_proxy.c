/*
 * delay_proxy PORT TARGET_PORT MILLISECONDS: a TCP proxy on loopback that hands every byte on so
 * much later, in both directions, with the bandwidth left alone: what a far-away cluster feels
 * like. Runs until it is ended.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 65536, MAX_LINKS = 256 };

/* Bytes on their way; the oldest first. size 0 is the end of the stream. */
struct chunk {
	struct chunk *next;
	double due;
	size_t size, sent;
	char bytes[];
};

struct direction {
	int from, to;
	int closed; /* nothing more comes from `from` */
	struct chunk *first, **last;
};

struct link {
	struct direction up, down;
};

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons((unsigned short)port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int listen_on(int port)
{
	struct sockaddr_in address = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 64) < 0) {
		perror("delay_proxy");
		exit(1);
	}
	return fd;
}

static void tune(int fd)
{
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	fcntl(fd, F_SETFL, O_NONBLOCK);
}

static struct link *link_open(int client, int target_port)
{
	struct sockaddr_in address = loopback(target_port);
	int server = socket(AF_INET, SOCK_STREAM, 0);
	struct link *l = calloc(1, sizeof(*l));

	if (!l || connect(server, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(server);
		close(client);
		free(l);
		return NULL;
	}
	tune(client);
	tune(server);
	l->up = (struct direction){ .from = client, .to = server };
	l->down = (struct direction){ .from = server, .to = client };
	l->up.last = &l->up.first;
	l->down.last = &l->down.first;
	return l;
}

/* Take what is there, to be handed on `delay` from now. */
static void take(struct direction *d, double delay)
{
	struct chunk *c = malloc(sizeof(*c) + CHUNK);
	ssize_t got;

	if (!c)
		abort();
	got = read(d->from, c->bytes, CHUNK);
	if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
		free(c);
		return;
	}
	if (got <= 0)
		d->closed = 1;
	*c = (struct chunk){ .due = now_ms() + delay, .size = got > 0 ? (size_t)got : 0 };
	*d->last = c;
	d->last = &c->next;
}

/* Hand on what is due; returns -1 when the other side is gone. */
static int hand_on(struct direction *d)
{
	while (d->first && d->first->due <= now_ms()) {
		struct chunk *c = d->first;
		ssize_t n;

		if (!c->size) {
			shutdown(d->to, SHUT_WR);
		} else {
			n = write(d->to, c->bytes + c->sent, c->size - c->sent);
			if (n < 0)
				return errno == EAGAIN ? 0 : -1;
			c->sent += (size_t)n;
			if (c->sent < c->size)
				return 0;
		}
		d->first = c->next;
		if (!d->first)
			d->last = &d->first;
		free(c);
	}
	return 0;
}

static void drop(struct direction *d)
{
	struct chunk *next;

	for (; d->first; d->first = next) {
		next = d->first->next;
		free(d->first);
	}
}

static void link_close(struct link *l)
{
	close(l->up.from);
	close(l->up.to);
	drop(&l->up);
	drop(&l->down);
	free(l);
}

static int link_done(const struct link *l)
{
	return l->up.closed && l->down.closed && !l->up.first && !l->down.first;
}

/* Milliseconds that poll may wait: until the next chunk is due. */
static int next_wait(struct link *const *links, size_t count)
{
	double soonest = 1000, now = now_ms();
	size_t i;

	for (i = 0; i < count; i++) {
		if (links[i]->up.first && links[i]->up.first->due - now < soonest)
			soonest = links[i]->up.first->due - now;
		if (links[i]->down.first && links[i]->down.first->due - now < soonest)
			soonest = links[i]->down.first->due - now;
	}
	return soonest <= 0 ? 1 : (int)soonest + 1;
}

static size_t serve(struct link **links, size_t count, const struct pollfd *fds, double delay)
{
	size_t i, kept = 0;

	for (i = 0; i < count; i++) {
		struct link *l = links[i];

		if (fds[2 * i].revents && !l->up.closed)
			take(&l->up, delay);
		if (fds[2 * i + 1].revents && !l->down.closed)
			take(&l->down, delay);
		if (hand_on(&l->up) < 0 || hand_on(&l->down) < 0 || link_done(l))
			link_close(l);
		else
			links[kept++] = l;
	}
	return kept;
}

int main(int argc, char **argv)
{
	struct pollfd fds[2 * MAX_LINKS + 1];
	struct link *links[MAX_LINKS];
	size_t count = 0, i;
	int listener, target, client;
	double delay;

	if (argc != 4) {
		fputs("usage: delay_proxy PORT TARGET_PORT MILLISECONDS\n", stderr);
		return 3;
	}
	signal(SIGPIPE, SIG_IGN);
	listener = listen_on((int)strtol(argv[1], NULL, 10));
	target = (int)strtol(argv[2], NULL, 10);
	delay = strtod(argv[3], NULL);
	for (;;) {
		for (i = 0; i < count; i++) {
			fds[2 * i] = (struct pollfd){ links[i]->up.closed ? -1 : links[i]->up.from,
						      POLLIN, 0 };
			fds[2 * i + 1] =
				(struct pollfd){ links[i]->down.closed ? -1 : links[i]->down.from,
						 POLLIN, 0 };
		}
		fds[2 * count] = (struct pollfd){ count < MAX_LINKS ? listener : -1, POLLIN, 0 };
		poll(fds, 2 * count + 1, next_wait(links, count));
		client = fds[2 * count].revents ? accept(listener, NULL, NULL) : -1;
		count = serve(links, count, fds, delay);
		if (client >= 0 && (links[count] = link_open(client, target)))
			count++;
	}
}
