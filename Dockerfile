# docker build -t cluster-provision .
# Needs BuildKit: the default since Docker 23, DOCKER_BUILDKIT=1 before. docs/image.md has the arguments for closed networks;
# docs/adr/0014-what-is-in-the-image.md says why the image is what it is.

# What the image is made of: each can be another image, or its copy in a registry of yours, pinned by digest if you like.
ARG BUILD_IMAGE=docker.io/library/node:24.21.0-trixie-slim
ARG RUN_IMAGE=docker.io/library/debian:trixie-slim
# An image with /bin/terraform in it, such as docker.io/hashicorp/terraform; by default HashiCorp's release, checked by its sum.
ARG TERRAFORM_IMAGE=terraform-release
# An image with Terraform's provider in /providers; provider-none leaves it out, and the image then still runs the sandbox.
ARG PROVIDER_IMAGE=provider-mirror

# --- The product: npm's lock file holds a checksum of everything, Node among it.
FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \
    --mount=type=secret,id=ca --mount=type=secret,id=npmrc,target=/root/.npmrc \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi \
    && npm ci --no-audit --no-fund
COPY . .
RUN PATH=/src/node_modules/.bin:$PATH node scripts/build.ts \
    && mkdir -p /out/bin && cp node_modules/node-linux-*/bin/node /out/bin/node \
    && node image/write-commands.ts /out/sandbox-machine
# What Node has compiled once is kept in the image, for the user that it runs as: it starts a fifth sooner.
RUN cp -r dist /opt/cluster-provision && rm /opt/cluster-provision/meta.json && mkdir -m 0777 /opt/cluster-provision/compiled \
    && setpriv --reuid=1000 --regid=1000 --clear-groups \
        env HOME=/tmp NODE_COMPILE_CACHE=/opt/cluster-provision/compiled /out/bin/node /opt/cluster-provision/cluster-provision.mjs \
        validate --project-id my-project --name-prefix demo --zone us-central1-a --work-dir /tmp/work \
    && chmod 0755 /opt/cluster-provision/compiled

# --- Terraform, as released by HashiCorp.
FROM build AS terraform-release
ARG TERRAFORM_SITE=https://releases.hashicorp.com
RUN --mount=type=secret,id=ca \
    if [ -f /run/secrets/ca ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca; fi \
    && /out/bin/node image/fetch-terraform.ts "$TERRAFORM_SITE" /bin

FROM ${TERRAFORM_IMAGE} AS terraform

# --- Terraform's provider, in the layout of `terraform providers mirror` with its archive unpacked: used where it lies.
# `init` and not `providers mirror`, because only `init` compares with the sums in the lock file.
FROM build AS provider-mirror
COPY --from=terraform /bin/terraform /bin/terraform
RUN --mount=type=secret,id=ca \
    if [ -f /run/secrets/ca ]; then export SSL_CERT_FILE=/run/secrets/ca; fi \
    && cd image/provider && CHECKPOINT_DISABLE=1 terraform init -lockfile=readonly -input=false \
    && mv .terraform/providers /providers

FROM build AS provider-none
RUN mkdir /providers

FROM ${PROVIDER_IMAGE} AS provider

# --- The files of Debian that the image has: certificates, what Node is linked with, and what the sandbox's machines run.
FROM ${RUN_IMAGE} AS root
ARG DEBIAN_SNAPSHOT=
COPY image/install-packages.sh image/copy-root.sh image/commands.txt /image/
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked sh /image/install-packages.sh "$DEBIAN_SNAPSHOT"
COPY --from=build /out/bin/node /usr/local/bin/node
# Node brings its symbols along; nobody needs them here, and they are 4 MB of the compressed image.
RUN sh /image/copy-root.sh /root-of-image /image/commands.txt /usr/local/bin/node && strip /usr/local/bin/node

# --- What is in the image, for people and for scanners.
FROM build AS papers
COPY --from=root /root-of-image/var/lib/dpkg/status.d /packages
COPY --from=root /usr/local/bin/node /parts/node
COPY --from=terraform /bin/terraform /parts/terraform
COPY --from=provider /providers /parts/providers
RUN /out/bin/node image/write-papers.ts --packages /packages --parts /parts --out /papers

# --- The image. The order is that of change: what rarely changes comes first.
FROM scratch
COPY --from=root /root-of-image /
COPY --from=root /usr/local/bin/node /usr/bin/node
COPY --from=build /out/sandbox-machine /usr/lib/sandbox-machine
COPY --from=terraform /bin/terraform /usr/bin/terraform
# One of the places in which Terraform looks before it asks a registry.
COPY --from=provider /providers /usr/local/share/terraform/plugins
COPY --from=papers /papers /usr/share/doc/cluster-provision
COPY --from=build /opt/cluster-provision /opt/cluster-provision

ARG VERSION=dev
ARG REVISION=
ARG CREATED=
LABEL org.opencontainers.image.title="cluster-provision" \
      org.opencontainers.image.description="An env file goes in, an accelerator cluster on Google Cloud comes out; the same image takes it away again." \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.documentation="/usr/share/doc/cluster-provision" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"

# Everything that is written goes below /tmp, so a read-only root and any user will do; SANDBOX_DIR is a place for a volume.
# CLOUDSDK_CONFIG is where gcloud's directory is mounted. STARTED_AS is how the program calls itself in what it tells to type.
ENV HOME=/home/user \
    CLOUDSDK_CONFIG=/gcloud \
    STARTED_AS="docker run IMAGE" \
    SANDBOX_DIR=/tmp/sandbox \
    PULSE_FILE=/tmp/cluster-provision-pulse \
    NODE_COMPILE_CACHE=/opt/cluster-provision/compiled \
    NODE_USE_SYSTEM_CA=1
WORKDIR /tmp
# The first user of most Linux machines: what such a user mounts can be read.
USER 1000:1000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/usr/bin/node", "/opt/cluster-provision/healthcheck.mjs"]
# The first process hands signals on (to the program alone, not to what it has started) and reaps what others leave behind.
ENTRYPOINT ["/usr/bin/tini", "-s", "--", "/usr/bin/node", "/opt/cluster-provision/cluster-provision.mjs"]
