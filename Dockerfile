# One image for both roles: ROLE=control or ROLE=gateway. It runs as an unprivileged user, on a read-only root file system if you
# like; a gateway keeps its key, its last configuration and its audit spool in /app/data. It needs Node 24.16.0 or newer.

FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ./
COPY apps apps
COPY libs libs
COPY migrations migrations
RUN npm run build

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# The optional packages bring a Node along; the base image has one.
RUN npm ci --ignore-scripts --no-audit --no-fund --omit=dev --omit=optional

FROM node:24-bookworm-slim AS image
WORKDIR /app
COPY --from=packages /app .
COPY --from=build /app/dist dist
COPY LICENSE .
# Open to any user, since platforms choose their own. The files in it are readable by their owner only.
RUN mkdir -m 1777 data
ENV NODE_ENV=production
ENV DATA_DIR=/app/data
VOLUME /app/data
USER 1000:1000
EXPOSE 8080 9090
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.OPS_PORT || 9090}/healthz`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/apps/federation/src/main.js"]
