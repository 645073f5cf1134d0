// The floor: a relay over epoll that parses nothing. A client's partner is fixed, and the payload of each frame goes to
// it as it came, gathered until the events at hand are handled. It speaks just enough of WebSockets (RFC 6455) and of
// the topic protocol for the load generator, trusts it, and listens on the port in PORT. cc -O2 relay.c -lcrypto

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { capacity = 1 << 18, most = 16384, events = 512 };

struct client {
  int socket, partner, is_open, is_due;
  size_t filled, waiting;
  char topic[256], *in, *out;
};

static struct client clients[most];
static int due[most], due_count, poll_fd;

static void queue(int to, const uint8_t *payload, size_t length) {
  struct client *client = &clients[to];
  if (client->waiting + length + 10 > capacity) return;
  uint8_t *at = (uint8_t *)client->out + client->waiting;
  *at++ = 0x81;
  if (length < 126) *at++ = (uint8_t)length;
  else { *at++ = 126; *at++ = (uint8_t)(length >> 8); *at++ = (uint8_t)length; }
  memcpy(at, payload, length);
  client->waiting = (size_t)((char *)at + length - client->out);
  if (!client->is_due) { client->is_due = 1; due[due_count++] = to; }
}

static void flush(int to) {
  struct client *client = &clients[to];
  client->is_due = 0;
  ssize_t sent = client->waiting ? write(client->socket, client->out, client->waiting) : 0;
  if (sent <= 0) return;
  client->waiting -= (size_t)sent;
  memmove(client->out, client->out + sent, client->waiting);
}

static void say(int to, const char *text) { queue(to, (const uint8_t *)text, strlen(text)); }

static void upgrade(int index) {
  struct client *client = &clients[index];
  char *key = strcasestr(client->in, "sec-websocket-key:"), joined[128], text[512];
  if (key == NULL) return;
  key += 18;
  while (*key == ' ') key++;
  snprintf(joined, sizeof joined, "%.*s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", 24, key);
  uint8_t hash[20], accept[32];
  SHA1((uint8_t *)joined, strlen(joined), hash);
  EVP_EncodeBlock(accept, hash, sizeof hash);
  sscanf(client->in, "GET %255s", client->topic);
  int length = snprintf(text, sizeof text,
                        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
  if (write(client->socket, text, (size_t)length) != length) return;
  client->is_open = 1;
  client->partner = -1;
  for (int other = 0; other < most; other++)
    if (other != index && clients[other].is_open && clients[other].partner < 0 &&
        strcmp(clients[other].topic, client->topic) == 0) {
      client->partner = other;
      clients[other].partner = index;
      break;
    }
  snprintf(text, sizeof text, "{\"type\":\"welcome\",\"selfId\":\"%026d\"}", index);
  say(index, text);
  if (client->partner < 0) { say(index, "{\"type\":\"peer-list\",\"peers\":[]}"); return; }
  snprintf(text, sizeof text, "{\"type\":\"peer-list\",\"peers\":[{\"id\":\"%026d\"}]}", client->partner);
  say(index, text);
  snprintf(text, sizeof text, "{\"type\":\"peer-joined\",\"peerId\":\"%026d\"}", index);
  say(client->partner, text);
}

static void end(int index) {
  struct client *client = &clients[index];
  if (client->is_open && client->partner >= 0) clients[client->partner].partner = -1;
  close(client->socket);
  client->is_open = 0;
  client->socket = -1;
  client->filled = client->waiting = 0;
}

/** @returns the bytes of the first frame, or 0 if it is not whole */
static size_t take_frame(int index, uint8_t *in, size_t size) {
  if (size < 6) return 0;
  size_t length = in[1] & 127, head = 6;
  if (length == 126) { if (size < 8) return 0; length = (size_t)in[2] << 8 | in[3]; head = 8; }
  if (length == 127 || size < head + length) return length == 127 ? SIZE_MAX : 0;
  uint8_t *mask = in + head - 4, *payload = in + head;
  for (size_t at = 0; at < length; at++) payload[at] ^= mask[at & 3];
  if ((in[0] & 15) == 8) return SIZE_MAX;
  if ((in[0] & 15) == 1 && clients[index].partner >= 0) queue(clients[index].partner, payload, length);
  return head + length;
}

static void receive(int index) {
  struct client *client = &clients[index];
  ssize_t got = read(client->socket, client->in + client->filled, capacity - client->filled - 1);
  if (got <= 0) { if (got == 0 || errno != EAGAIN) end(index); return; }
  client->filled += (size_t)got;
  client->in[client->filled] = 0;
  size_t used = 0;
  if (!client->is_open) {
    char *over = strstr(client->in, "\r\n\r\n");
    if (over == NULL) return;
    upgrade(index);
    used = (size_t)(over + 4 - client->in);
  }
  for (size_t frame; (frame = take_frame(index, (uint8_t *)client->in + used, client->filled - used)) > 0;) {
    if (frame == SIZE_MAX) { end(index); return; }
    used += frame;
  }
  client->filled -= used;
  memmove(client->in, client->in + used, client->filled);
}

static void accept_from(int listener) {
  int socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK), index = 0, yes = 1;
  if (socket < 0) return;
  while (index < most && clients[index].socket >= 0) index++;
  if (index == most) { close(socket); return; }
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  struct client *client = &clients[index];
  client->socket = socket;
  if (client->in == NULL) { client->in = malloc(capacity); client->out = malloc(capacity); }
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, socket, &(struct epoll_event){.events = EPOLLIN, .data.u32 = (uint32_t)index});
}

int main(void) {
  int listener = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  address.sin_port = htons((uint16_t)atoi(getenv("PORT") ? getenv("PORT") : "0"));
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 511)) { perror("PORT"); return 1; }
  for (int index = 0; index < most; index++) clients[index].socket = -1;
  poll_fd = epoll_create1(0);
  epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.u32 = most});
  for (struct epoll_event ready[events];;) {
    int count = epoll_wait(poll_fd, ready, events, -1);
    for (int at = 0; at < count; at++)
      if (ready[at].data.u32 == most) accept_from(listener);
      else if (clients[ready[at].data.u32].socket >= 0) receive((int)ready[at].data.u32);
    while (due_count > 0) flush(due[--due_count]);
  }
}
