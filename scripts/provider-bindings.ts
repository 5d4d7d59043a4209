import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

import type { Attribute, Block, Cty, NestedBlock } from '../src/sandbox/provider/schema.ts';

/** What a type's `synthesizeAttributes` (the mapper) and `synthesizeHclAttributes` (list, set, struct …) say of a member. */
type Assignable = Map<string, { mapper: string; hcl: string }>;

interface Member {
  flags: { required?: true; optional?: true; computed?: true };
  code: string;
}

// Every compiled module of the bindings carries its complete TypeScript source in an inline source map.
const library = join(dirname(createRequire(import.meta.url).resolve('@cdktf/provider-google/package.json')), 'lib');

/** Reads the schema of the type that `module` of the installed bindings describes: `compute_network`, `data_google_project`. */
export function readBindings(module: string): Block {
  return new Bindings(sourceOf(module.replaceAll('_', '-'))).mainBlock();
}

/** One module of the bindings, read by the regular forms in which all of them are generated. */
class Bindings {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  mainBlock(): Block {
    const body = this.find(/export class \w+ extends cdktf\.Terraform(?:Resource|DataSource|Provider) \{[\s\S]*?\n\}/);
    const plain = between(body, 'synthesizeAttributes()', '\n  }');
    const hcl = between(body, 'synthesizeHclAttributes()', '\n  }');
    return this.block(body, assignable(plain, hcl));
  }

  /** `Foo` → the block that the functions `fooToTerraform` and the class `FooOutputReference` describe. */
  structBlock(struct: string): Block {
    return this.block(this.classOf(struct) ?? this.interfaceOf(struct), this.assignableOf(struct));
  }

  private block(body: string, assigned: Assignable): Block {
    const attributes: Record<string, Attribute> = {};
    const blocks: Record<string, NestedBlock> = {};
    for (const [name, member] of members(body, assigned)) {
      const entry = assigned.get(name);
      const flags = { ...member.flags };
      if (!entry) {
        attributes[name] = { type: this.computedType(member.code), ...flags };
        continue;
      }
      const struct = /^(?:cdktf\.listMapper\()?(\w+)ToTerraform\b/.exec(entry.mapper)?.[1];
      const many = entry.mapper.startsWith('cdktf.listMapper(');
      if (struct && !(many && entry.mapper.includes('ToTerraform, false)'))) {
        const nesting = entry.hcl === 'struct' ? 'single' : (entry.hcl as 'list' | 'set');
        blocks[name] = {
          nesting_mode: nesting,
          block: this.structBlock(capital(struct)),
          ...(flags.required ? { min_items: 1 } : {}),
          ...(many || nesting === 'single' ? {} : { max_items: 1 }),
        };
      } else {
        attributes[name] = { type: this.assignedType(entry, struct), ...flags };
      }
    }
    return {
      attributes: sorted(attributes),
      ...(Object.keys(blocks).length > 0 ? { block_types: sorted(blocks) } : {}),
    };
  }

  private assignedType(entry: { mapper: string; hcl: string }, struct: string | undefined): Cty {
    if (struct) return [entry.hcl as 'list' | 'set', this.objectType(capital(struct))];
    const [, wrapped, scalar = ''] =
      /^cdktf\.(?:(listMapper|hashMapper)\(cdktf\.)?(\w+?)ToTerraform\b/.exec(entry.mapper) ?? [];
    if (wrapped) return [entry.hcl as 'list' | 'set' | 'map', cty(scalar)];
    return cty(scalar);
  }

  private computedType(code: string): Cty {
    const [, struct, isSet] = /new (\w+)List\(this, "\w+", (true|false)\)/.exec(code) ?? [];
    if (struct && struct !== 'StringMap') return [isSet === 'true' ? 'set' : 'list', this.objectType(struct)];
    if (code.includes('cdktf.StringMapList')) return ['list', ['map', 'string']];
    if (code.includes('cdktf.StringMap(')) return ['map', 'string'];
    if (code.includes('cdktf.BooleanMap(')) return ['map', 'bool'];
    if (code.includes('cdktf.NumberMap(')) return ['map', 'number'];
    const [, tolist, scalar = '', many] =
      /return (cdktf\.Fn\.tolist\()?this\.get(String|Number|Boolean|)(List|Map|)Attribute/.exec(code) ?? [];
    if (many === 'Map') return ['map', cty(scalar || 'string')];
    if (many === 'List') return [tolist ? 'set' : 'list', cty(scalar || 'string')];
    return cty(scalar);
  }

  private objectType(struct: string): Cty {
    const block = this.structBlock(struct);
    const nested = mapValues(block.block_types ?? {}, (inner): Cty => [
      inner.nesting_mode === 'set' ? 'set' : 'list',
      objectOf(inner.block),
    ]);
    return ['object', sorted({ ...mapValues(block.attributes, (attribute) => attribute.type), ...nested })];
  }

  private assignableOf(struct: string): Assignable {
    const plain = this.function(`${lower(struct)}ToTerraform`);
    return assignable(plain, this.function(`${lower(struct)}ToHclTerraform`));
  }

  private function(name: string): string {
    return new RegExp(`export function ${name}\\([\\s\\S]*?\\n\\}`).exec(this.text)?.[0] ?? '';
  }

  private classOf(struct: string): string | undefined {
    return new RegExp(`export class ${struct}OutputReference extends [\\s\\S]*?\\n\\}`).exec(this.text)?.[0];
  }

  private interfaceOf(struct: string): string {
    return this.find(new RegExp(`export interface ${struct} [\\s\\S]*?\\n\\}`));
  }

  private find(pattern: RegExp): string {
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) throw new Error(`${String(pattern)} is not in the bindings`);
    return found;
  }
}

function sourceOf(module: string): string {
  const compiled = readFileSync(join(library, module, 'index.js'), 'utf8');
  const map = /sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,(\S+)/.exec(compiled)?.[1];
  if (map === undefined) throw new Error(`${module} has no source map`);
  const { sourcesContent } = JSON.parse(Buffer.from(map, 'base64').toString()) as { sourcesContent: string[] };
  return sourcesContent.join('\n');
}

function assignable(plain: string, hcl: string): Assignable {
  const kinds = new Map(
    [...hcl.matchAll(/^ {4,6}(\w+): \{\n\s+value: .*\n\s+isBlock: \w+,\n\s+type: "(\w+)"/gm)].map(
      ([, name = '', kind = '']) => [name, kind],
    ),
  );
  return new Map(
    [...plain.matchAll(/^ {4,6}(\w+): (.*),$/gm)].map(([, name = '', code = '']) => [
      name,
      // A custom default of the bindings; the schema knows nothing of it.
      { mapper: code.replace(/^.*=== undefined \? null : /, ''), hcl: kinds.get(name) ?? '' },
    ]),
  );
}

function members(body: string, assigned: Assignable): Map<string, Member> {
  const parts = body.split(/^ {2}\/\/ (?=\w+ - computed: )/m).slice(1);
  if (parts.length === 0) return membersOfInterface(body, assigned);
  return new Map(
    parts.map((part) => {
      const [, name = '', computed, optional, required] =
        /^(\w+) - computed: (\w+), optional: (\w+), required: (\w+)/.exec(part) ?? [];
      return [
        name,
        {
          code: part,
          flags: {
            ...(required === 'true' ? { required: true as const } : {}),
            ...(optional === 'true' ? { optional: true as const } : {}),
            ...(computed === 'true' ? { computed: true as const } : {}),
          },
        },
      ];
    }),
  );
}

/** The provider's structs have no class: what is required there is what the interface does not mark with `?`. */
function membersOfInterface(body: string, assigned: Assignable): Map<string, Member> {
  return new Map(
    [...assigned.keys()].map((name) => {
      const property = name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
      const flags = new RegExp(`readonly ${property}:`).test(body)
        ? { required: true as const }
        : { optional: true as const };
      return [name, { code: '', flags }];
    }),
  );
}

function objectOf(block: Block): Cty {
  return ['object', mapValues(block.attributes, (attribute) => attribute.type)];
}

function cty(word: string): Cty {
  const known: Record<string, Cty> = { string: 'string', number: 'number', boolean: 'bool' };
  const type = known[word.toLowerCase()];
  if (type === undefined) throw new Error(`the bindings speak of a type ${word} that this script does not know`);
  return type;
}

function between(text: string, start: string, end: string): string {
  const from = text.indexOf(start);
  return text.slice(from, text.indexOf(end, from));
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, make: (value: T, key: string) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, make(value, key)]));
}

function lower(word: string): string {
  return word.charAt(0).toLowerCase() + word.slice(1);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
