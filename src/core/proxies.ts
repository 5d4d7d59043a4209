// What is on this machine or beside it: the sandbox, and Google's metadata server by name and by address.
const near = ['localhost', '127.0.0.1', '::1', 'metadata.google.internal', '169.254.169.254'];

/**
 * Sends our own requests through the proxies that HTTPS_PROXY, HTTP_PROXY and NO_PROXY name (in either case), as Terraform
 * and Google's libraries do by themselves, but never those to this machine: `environment` gets its NO_PROXY extended, which
 * child processes inherit. Does nothing where no proxy is named, or where Node is older than 24.14 and can't.
 */
export function useProxies(environment: NodeJS.ProcessEnv): void {
  const named = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((name) => environment[name]);
  if (!named) return;
  const given = environment['no_proxy'] || environment['NO_PROXY'] || '';
  const around = [...new Set([...given.split(',').filter(Boolean), ...near])].join(',');
  environment['no_proxy'] = around;
  environment['NO_PROXY'] = around;
  // Only now: most runs have no proxy and need not wait for it.
  const http = process.getBuiltinModule('node:http');
  if ('setGlobalProxyFromEnv' in http) http.setGlobalProxyFromEnv(environment);
}
