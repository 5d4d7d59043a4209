import { suggest } from '../core/suggest.ts';
import { actionNames, operandsOf, summaryOf } from './action-words.ts';
import { optionsWrong } from './mistakes.ts';
import { flagOf } from './option.ts';
import { tableEntries } from './table.ts';

interface FlagWords {
  flag: string;
  summary: string;
  /** Nothing follows it. */
  alone: boolean;
  words: readonly string[];
  completes: 'file' | 'directory' | undefined;
}

const program = 'cluster-provision';
const shells: Readonly<Record<string, () => string>> = { bash, zsh, fish };

/** The completion script of `shell`: to be sourced (bash, fish), or put on the fpath (zsh). Throws OPTIONS_WRONG for another shell. */
export function completionScript(shell: string): string {
  const script = Object.hasOwn(shells, shell) ? shells[shell] : undefined;
  if (script) return script();
  const names = Object.keys(shells);
  const suggestion = suggest(shell, names);
  throw optionsWrong([
    {
      option: 'completion',
      reason: `'${shell}' is not one of ${names.join(', ')}`,
      ...(suggestion ? { suggestion } : {}),
    },
  ]);
}

function flagWords(): FlagWords[] {
  const fromTable = tableEntries
    .filter(([key]) => key !== 'action')
    .flatMap(([, option]): FlagWords[] => {
      const flag = flagOf(option);
      const { words: values = [], completes, isSwitch } = option.kind;
      if (!isSwitch) return [{ flag, summary: option.summary, alone: false, words: values, completes }];
      const yes = { flag, summary: option.summary, alone: true, words: [], completes: undefined };
      if (flag.startsWith('--no-')) return [yes];
      return [yes, { ...yes, flag: `--no-${flag.slice(2)}`, summary: `${option.env}=no` }];
    });
  return [
    ...fromTable,
    { flag: '--env-file', summary: 'env file to read', alone: false, words: [], completes: 'file' },
    { flag: '--json', summary: 'LOG_FORMAT=json', alone: true, words: [], completes: undefined },
    { flag: '--markdown', summary: 'LOG_FORMAT=markdown', alone: true, words: [], completes: undefined },
    { flag: '--help', summary: 'print the help', alone: true, words: [], completes: undefined },
  ];
}

function operandWords(): [string, readonly string[]][] {
  return actionNames.flatMap((action): [string, readonly string[]][] => {
    const words = operandsOf(action)[0]?.words;
    return words ? [[action, words]] : [];
  });
}

function bash(): string {
  const flags = flagWords();
  const values = flags.filter((flag) => !flag.alone);
  const answers = values.filter((flag) => flag.completes ?? flag.words.length > 0).map(bashAnswer);
  const silent = values.filter((flag) => !flag.completes && flag.words.length === 0);
  return `# Completion of ${program} for bash. To switch it on: source <(${program} completion bash)
_cluster_provision() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} action='' index
  local IFS=$'\\n'
  # bash takes --flag=value for three words.
  if [[ $word == '=' ]]; then word=''; elif [[ $before == '=' ]]; then before=\${COMP_WORDS[COMP_CWORD-2]}; fi
  COMPREPLY=()
  case $before in
${answers.join('\n')}
    ${silent.map(({ flag }) => flag).join('|')}) return ;;
  esac
  if [[ $word == -* ]]; then
    ${bashWords(flags.map(({ flag }) => flag))}
    return
  fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    case \${COMP_WORDS[index]} in ${actionNames.join('|')}) action=\${COMP_WORDS[index]}; break ;; esac
  done
  case $action in
    '') ${bashWords(actionNames)} ;;
${operandWords()
  .map(([action, names]) => `    ${action}) ${bashWords(names)} ;;`)
  .join('\n')}
  esac
}
complete -F _cluster_provision ${program}
`;
}

function bashAnswer({ flag, words, completes }: FlagWords): string {
  if (!completes) return `    ${flag}) ${bashWords(words)}; return ;;`;
  const kind = completes === 'file' ? 'f' : 'd';
  return `    ${flag}) compopt -o filenames 2>/dev/null || :; COMPREPLY=($(compgen -${kind} -- "$word")); return ;;`;
}

// IFS is a line break in the function, so that names of files may have spaces; lists of words are then lines, too.
function bashWords(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W $'${words.join(String.raw`\n`)}' -- "$word"))`;
}

function zsh(): string {
  const flags = flagWords().map(({ flag, summary, alone, words: values, completes }) => {
    const what = `[${summary.replaceAll(/[[\]:\\]/g, String.raw`\$&`)}]`;
    if (alone) return quoted(flag + what);
    const action = completes === 'directory' ? '_files -/' : completes === 'file' ? '_files' : `(${values.join(' ')})`;
    return quoted(`${flag}=${what}:value:${action}`);
  });
  const names = actionNames.map((name) => quoted(`${name}:${summaryOf(name).replaceAll(':', String.raw`\:`)}`));
  const operands = operandWords().map(([action, values]) => `    ${action}) _values word ${values.join(' ')} ;;`);
  return `#compdef ${program}
# Completion of ${program} for zsh. To switch it on: source <(${program} completion zsh)
_cluster_provision_actions() {
  local -a actions=(
    ${names.join('\n    ')}
  )
  _describe action actions
}
_cluster_provision_operands() {
  case $words[2] in
${operands.join('\n')}
  esac
}
_cluster_provision() {
  _arguments \\
    '1:action:_cluster_provision_actions' \\
    '2:word:_cluster_provision_operands' \\
    ${flags.join(' \\\n    ')}
}
if [[ $funcstack[1] == _cluster_provision ]]; then _cluster_provision "$@"; else compdef _cluster_provision ${program}; fi
`;
}

function fish(): string {
  const line = `complete -c ${program}`;
  return [
    `# Completion of ${program} for fish. To switch it on: ${program} completion fish | source`,
    `${line} -f`,
    ...actionNames.map((name) => `${line} -n __fish_use_subcommand -a ${name} -d ${quoted(summaryOf(name))}`),
    ...operandWords().map(
      ([action, values]) => `${line} -n '__fish_seen_subcommand_from ${action}' -a '${values.join(' ')}'`,
    ),
    ...flagWords().map(({ flag, summary, alone, words: values, completes }) => {
      const argument = alone ? '' : completes ? ' -r -F' : ` -x${values.length > 0 ? ` -a '${values.join(' ')}'` : ''}`;
      return `${line} -l ${flag.slice(2)}${argument} -d ${quoted(summary)}`;
    }),
    '',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
