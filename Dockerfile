# The official image of the runtime, pinned to its line; the lock file pins everything else.
FROM node:24-slim AS install
WORKDIR /app
COPY package.json package-lock.json ./
# The runtime that npm scripts bring along is not needed where the image has one. (--omit=optional would also drop the
# platform binaries of other packages.) Nor is TypeScript, which `@mattermost/client` names for those who compile.
RUN npm ci --omit=dev --no-audit --no-fund \
 && rm -rf node_modules/node-linux-* node_modules/node-bin-* node_modules/.bin/node \
 && rm -rf node_modules/typescript node_modules/@typescript node_modules/.bin/tsc

FROM node:24-slim
ENV NODE_ENV=production DATA_DIR=/data
WORKDIR /app
COPY --from=install /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY bin ./bin
COPY src ./src
# The root file system may be read-only: only /data is written to.
RUN mkdir /data && chown 1000:1000 /data
VOLUME /data
# The user `node` by its number, since Kubernetes cannot tell of a name that it is not root (`runAsNonRoot`).
USER 1000:1000
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.PORT||3000)+'/live').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
CMD ["node", "src/main.ts"]
