import { suggest } from '../core/suggest.ts';
import { actionNames, summaryOf } from './action-words.ts';
import { flagOf, groups } from './option.ts';
import type { Group, Option } from './option.ts';
import { tableEntries } from './table.ts';

/** What to show, and how wide. */
export interface HelpOptions {
  /** Nothing = the first screen; `all` = every option; a variable or a flag = that option. */
  topic?: string | undefined;
  columns: number;
  colour: boolean;
}

const options = tableEntries.map(([, option]) => option);

/** The help, as wide as the screen, and never wider than is good to read. */
export function helpText({ topic, columns, colour }: HelpOptions): string {
  const page: Page = { columns: Math.min(Math.max(columns, 40), 110), colour, lines: [] };
  if (topic === undefined) firstScreen(page);
  else if (topic.toLowerCase() === 'all') allOptions(page);
  else oneOption(page, topic);
  return `${page.lines.join('\n')}\n`;
}

interface Page {
  columns: number;
  colour: boolean;
  lines: string[];
}

function firstScreen(page: Page): void {
  page.lines.push('An env file goes in, a GPU cluster on Google Cloud comes out.', '');
  heading(page, 'Usage');
  page.lines.push(
    '  docker run --env-file env.list IMAGE [ACTION] [FLAGS]',
    '  cluster-provision ACTION [--env-file FILE] [FLAGS]',
    '',
  );
  heading(page, 'Actions');
  columns(
    page,
    actionNames.map((action) => [action, summaryOf(action)]),
  );
  page.lines.push('');
  heading(page, 'What create needs');
  columns(
    page,
    required().map((option) => [option.env, option.summary]),
  );
  page.lines.push('');
  paragraph(page, 'Every variable of the env file is a flag, too: NAME_PREFIX=demo is --name-prefix demo.');
  page.lines.push('');
  heading(page, 'Without an account');
  page.lines.push('  cluster-provision create --sandbox --env-file env.list.example', '');
  heading(page, 'More');
  columns(page, [
    ['help all', 'every option'],
    ['help VM_TYPE', 'one option'],
    ['env > env.list', 'an env file to begin with'],
  ]);
}

function required(): Option[] {
  return options.filter((option) => option.neededBy?.includes('create'));
}

function allOptions(page: Page): void {
  paragraph(
    page,
    'Variables of the env file. Each is a flag, too: NAME_PREFIX=demo is --name-prefix demo; --sandbox stands for SANDBOX=yes and --no-wait for WAIT=no.',
  );
  for (const group of groups) {
    page.lines.push('');
    heading(page, titleOf(group));
    columns(
      page,
      options.filter((option) => option.group === group).map((option) => [option.env, withDefault(option)]),
    );
  }
}

function oneOption(page: Page, topic: string): void {
  const wanted = topic
    .toUpperCase()
    .replace(/^--(NO-)?/, '')
    .replaceAll('-', '_');
  const option = options.find(({ env }) => env === wanted);
  if (!option) {
    const meant = suggest(
      wanted,
      options.map(({ env }) => env),
    );
    paragraph(
      page,
      `There is no option ${topic}.${meant ? ` Did you mean ${meant}?` : ''} "help all" lists all of them.`,
    );
    return;
  }
  heading(page, `${option.env}  ${flagOf(option)}`);
  paragraph(page, option.summary, '  ');
  columns(page, [
    ['allowed', option.kind.allowed],
    ['default', defaultOf(option) ?? 'none'],
    ['example', `${option.env}=${option.example}`],
  ]);
}

/** How the default of an option reads; `undefined` = it has none. */
export function defaultOf(option: Option): string | undefined {
  return option.defaultText ?? (option.default === '' ? undefined : option.default);
}

/** A group as a heading. */
export function titleOf(group: Group): string {
  return group.charAt(0).toUpperCase() + group.slice(1);
}

function withDefault(option: Option): string {
  const usual = defaultOf(option);
  return usual === undefined ? option.summary : `${option.summary} [${usual}]`;
}

function heading(page: Page, text: string): void {
  page.lines.push(page.colour ? `\u001B[1m${text}\u001B[22m` : text);
}

function paragraph(page: Page, text: string, indent = ''): void {
  page.lines.push(...wrapped(text, page.columns - indent.length).map((line) => indent + line));
}

function columns(page: Page, rows: readonly (readonly [string, string])[]): void {
  const first = Math.max(...rows.map(([name]) => name.length)) + 4;
  // On a narrow screen the words go below the name.
  const below = page.columns - first < 30;
  const indent = ' '.repeat(below ? 6 : first);
  for (const [name, text] of rows) {
    const lines = wrapped(text, page.columns - indent.length);
    if (below) page.lines.push(`  ${name}`);
    page.lines.push(...lines.map((line, index) => (index === 0 && !below ? `  ${name}`.padEnd(first) : indent) + line));
  }
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
