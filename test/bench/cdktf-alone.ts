import { enableCompileCache } from 'node:module';

// Loads CDKTF and the classes of the resources that our stacks have, and does nothing with them.
enableCompileCache();
await import('../../stacks/vm-cluster.ts');
