import { basename, delimiter, dirname } from 'node:path';

import { findTerraform } from '../../src/terraform/binary.ts';

/** Puts Terraform on the PATH of all tests, the way the product finds it: the one installed, else the pinned one, fetched. */
export default async function setUp(): Promise<void> {
  const { file } = await findTerraform({ environment: process.env, onNote: (text) => console.log(text) });
  if (basename(file) !== 'terraform')
    console.log(`skipped: tests that need Terraform itself; this machine has ${file}`);
  process.env['PATH'] = `${dirname(file)}${delimiter}${process.env['PATH']}`;
}
