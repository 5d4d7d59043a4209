import { readFileSync, writeFileSync } from 'node:fs';

import { exampleFile } from '../src/options/example-file.ts';
import { variablesPage } from '../src/options/variables-page.ts';
import { extractProviderSchema, render as renderSchema } from './extract-provider-schema.ts';
import { renderCosts } from './render-costs.ts';
import { renderExitCodes, renderTroubleshooting } from './render-faults.ts';
import { renderMachineCommands } from './render-machine-commands.ts';
import { renderPermissions } from './render-permissions.ts';
import { renderSandbox } from './render-sandbox.ts';
import { renderStartupScript } from './render-startup-script.ts';

/** A file that is checked in, and how its text is made. */
interface GeneratedFile {
  file: string;
  render: () => string;
}

/** Every generated file of this repository; test/repo/stale.test.ts compares them with what is checked in. */
export const generatedFiles: readonly GeneratedFile[] = [
  { file: 'env.list.example', render: () => exampleFile('checkout') },
  { file: 'docs/variables.md', render: variablesPage },
  { file: 'docs/exit-codes.md', render: renderExitCodes },
  { file: 'docs/troubleshooting.md', render: renderTroubleshooting },
  { file: 'docs/costs.md', render: renderCosts },
  { file: 'docs/permissions.md', render: renderPermissions },
  { file: 'docs/sandbox.md', render: renderSandbox },
  { file: 'stacks/guest/startup-script.generated.ts', render: renderStartupScript },
  { file: 'src/sandbox/machines/commands.generated.ts', render: renderMachineCommands },
  { file: 'src/sandbox/provider/schema.generated.json', render: () => renderSchema(extractProviderSchema()) },
];

/** The text of `file` as it is checked in; empty when there is none. */
export function checkedIn(file: string): string {
  try {
    return readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
  } catch {
    return '';
  }
}

if (process.argv[1] === import.meta.filename) {
  for (const { file, render } of generatedFiles) {
    const text = render();
    const same = checkedIn(file) === text;
    if (!same) writeFileSync(new URL(`../${file}`, import.meta.url), text);
    console.log(`${same ? 'fresh  ' : 'written'} ${file}`);
  }
}
