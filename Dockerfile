# The executable, which `make build` writes, and the glibc that it needs.
FROM debian:12-slim
COPY dist/signalbox /usr/local/bin/signalbox
USER nobody
EXPOSE 8081
HEALTHCHECK --interval=10s --timeout=4s CMD ["signalbox", "healthcheck"]
ENTRYPOINT ["signalbox"]
