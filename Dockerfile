# The image of fine-grained-monitor, for linux/amd64 and linux/arm64. How to build it: docs/install.md.
#
# Both bases must be given by digest, so that one build is like another: NODE_DIGEST and DEBIAN_DIGEST.
# deploy/image/rootfs.sh makes the same file system without a registry.
ARG NODE_IMAGE=node:26-trixie-slim
ARG NODE_DIGEST
ARG DEBIAN_IMAGE=debian:trixie-slim
ARG DEBIAN_DIGEST

# Runs on the builder's own CPU whatever the target's is: nothing is compiled for it, packages are chosen by its name.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE}@${NODE_DIGEST} AS build
WORKDIR /src
COPY . .
RUN npm ci
ARG TARGETARCH
RUN node_modules/.bin/node deploy/image/app.ts --arch "${TARGETARCH}" --output /image

FROM ${DEBIAN_IMAGE}@${DEBIAN_DIGEST}
# Libraries that Node.js is linked with.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libatomic1 libstdc++6 \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log
COPY --from=build /image/ /
ARG VERSION=0.1.0
ARG REVISION
ARG DEBIAN_IMAGE
ARG DEBIAN_DIGEST
LABEL org.opencontainers.image.title="fine-grained-monitor" \
      org.opencontainers.image.description="A flight recorder for the containers of a Linux node" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="${DEBIAN_IMAGE}" \
      org.opencontainers.image.base.digest="${DEBIAN_DIGEST}"
# The only place besides /data that may be written to in a pod whose root file system is read-only; queries need a little.
ENV TMPDIR=/dev/shm
# Root without capabilities but those that its pod adds: Kubernetes gives none to other users.
USER 0:0
STOPSIGNAL SIGTERM
EXPOSE 9464 8050
ENTRYPOINT ["fgm"]
