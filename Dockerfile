# Build: the bundle, with the tools that make it.
FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

# Run: what the bundle needs, and nothing else. `--ignore-scripts`, because `prepare` would build again, without its tools.
FROM node:24-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends git ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY --from=build /app/dist ./dist
COPY bin ./bin
COPY drizzle ./drizzle
COPY app.yml LICENSE ./
RUN ln -s /app/bin/aegis.js /usr/local/bin/aegis && chmod +x bin/aegis.js && mkdir /data && chown node:node /data

# State (the embedded database, the fence secret) and `.env` are kept where the process stands.
USER node
WORKDIR /data
VOLUME /data
ENV HOST=0.0.0.0 PORT=3000 AEGIS_DATA_DIR=/data/.aegis
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "/app/bin/aegis.js"]
CMD ["serve"]
