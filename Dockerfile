# Builds inside, and keeps the executable alone with the glibc that it needs:
#   docker build --build-arg COMMIT="$(git rev-parse --short=12 HEAD)" --tag signalbox .
#   docker run --read-only --cap-drop ALL --publish 8081:8081 signalbox
FROM node:20-bookworm-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends ca-certificates git make && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
ARG COMMIT=""
RUN make build COMMIT="$COMMIT"

FROM gcr.io/distroless/base-debian12:nonroot
COPY --from=build /src/dist/signalbox /usr/bin/signalbox
EXPOSE 8081
HEALTHCHECK --interval=10s --timeout=4s --start-period=2s CMD ["/usr/bin/signalbox", "healthcheck"]
ENTRYPOINT ["/usr/bin/signalbox"]
