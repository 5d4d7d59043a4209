import packageJson from '../../package.json' with { type: 'json' };
import { readArguments } from './arguments.ts';
import { completionScript } from './completion.ts';
import { exampleFile } from './example-file.ts';
import { helpText } from './help.ts';
import { optionsWrong } from './mistakes.ts';

/** Where the answer is shown. */
export interface Screen {
  /** Columns of the terminal; `undefined` = no terminal: no colour, and 80 columns. */
  width?: number | undefined;
  environment: Readonly<Record<string, string | undefined>>;
}

/**
 * The answer to `help`, `env`, `completion SHELL`, `version`, and to `--help` behind any action: texts that are made of the
 * table alone, so that neither an option is checked nor a cloud is asked. Throws OPTIONS_WRONG for words it does not know.
 */
export function answer(argv: readonly string[], { width, environment }: Screen): string {
  const [first = 'help', second] = argv;
  const { action, operands, mistakes } = readArguments(argv);
  const word = first.toLowerCase();
  if (word === 'help' || argv.includes('--help') || argv.includes('-h')) {
    const topic = word === 'help' ? second : undefined;
    return helpText({ topic, columns: width ?? 80, colour: width !== undefined && !environment['NO_COLOR'] });
  }
  if (mistakes.length > 0) throw optionsWrong(mistakes);
  if (action === undefined || word === 'version') return `${packageJson.version}\n`;
  if (word === 'env') return exampleFile();
  return completionScript(operands[0] ?? shellOf(environment['SHELL']));
}

function shellOf(path = ''): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
