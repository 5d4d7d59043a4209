#!/usr/bin/env node
import { main } from './src/main.ts';

process.exitCode = await main({
  argv: process.argv.slice(2),
  environment: process.env,
  out: process.stdout,
  err: process.stderr,
});
// Sockets kept alive by HTTP clients must not hold a finished run.
process.exit();
