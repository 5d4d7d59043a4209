/** What stands for a host in the definition of the sandbox's own API. */
export const controlHost = 'sandbox';
