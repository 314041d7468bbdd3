/* Tells the service manager how the service is: the datagrams of sd_notify(3). */
#ifndef BASE_NOTIFY_H
#define BASE_NOTIFY_H

/* Sends "KEY=VALUE" lines to the socket that NOTIFY_SOCKET names; without one, nothing happens. */
void notify_service(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
