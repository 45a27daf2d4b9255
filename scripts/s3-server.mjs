// An S3 server in memory, for tests: the npm package fauxqs on loopback, which lets in nobody without the access key. Started by start-s3.
// Usage: node s3-server.mjs FOLDER-WITH-NODE_MODULES READY-FILE ACCESS-KEY BUCKET
import { register } from 'node:module';
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

// fauxqs can also keep its data in Node's own SQLite, which Node 20 does not have. It is asked for at the start, and not used here.
const withoutSqlite = `
  export const resolve = (name, context, next) =>
    name === 'node:sqlite' ? { url: 'data:text/javascript,export const DatabaseSync = undefined', shortCircuit: true } : next(name, context);`;
register(`data:text/javascript,${encodeURIComponent(withoutSqlite)}`);

const [home, ready, accessKey, bucket] = process.argv.slice(2);
const { buildApp } = await import(pathToFileURL(`${home}/node_modules/fauxqs/dist/app.js`));
const server = buildApp({ logger: false, defaultRegion: 'us-east-1' });

let inside = true;
server.addHook('onRequest', async (request, reply) => {
  if (!inside && !(request.headers.authorization ?? '').includes(`Credential=${accessKey}/`))
    return reply.code(403).header('content-type', 'application/xml')
      .send('<?xml version="1.0" encoding="UTF-8"?><Error><Code>InvalidAccessKeyId</Code><Message>unknown access key</Message></Error>');
});
await server.inject({ method: 'PUT', url: `/${bucket}`, headers: { host: 'localhost' } });
inside = false;

process.on('SIGTERM', () => process.exit(0));
await server.listen({ host: '127.0.0.1', port: 0 });
writeFileSync(ready, `${server.server.address().port}`);
