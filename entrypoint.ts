#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Node keeps what it has compiled (and stripped of types) beside its other temporary files: the next start is quicker.
enableCompileCache();
const { useProxies } = await import('./src/core/proxies.ts');
useProxies(process.env);
const { main } = await import('./src/main.ts');
process.exitCode = await main({
  argv: process.argv.slice(2),
  environment: process.env,
  out: process.stdout,
  err: process.stderr,
  program: [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
  // Whoever looks at standard input begins to read it, so it is looked at when it is needed.
  streams: () => ({ input: process.stdin, output: process.stdout }),
});
// Sockets that HTTP clients keep alive must not hold a finished run.
process.exit();
