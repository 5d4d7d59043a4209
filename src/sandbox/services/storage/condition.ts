/** What a condition can ask about: the resource's name, type and service, the time, and attributes of the request. */
export interface Attributes {
  'resource.name': string;
  'resource.type': string;
  'resource.service': string;
  /** Milliseconds since 1970. */
  'request.time': number;
  [attribute: `api:${string}`]: string | undefined;
}

type Value = string | number | boolean;
type Evaluate = (attributes: Attributes) => Value;

/**
 * Reads the part of the Common Expression Language that IAM conditions on buckets use: attributes, texts, timestamps,
 * `==`, `!=`, `<`, `&&`, `||`, `!`, `startsWith`, `endsWith` and `contains`. Throws SyntaxError.
 * https://cloud.google.com/iam/docs/conditions-overview
 */
export function parseCondition(expression: string): (attributes: Attributes) => boolean {
  const parser = new Parser(tokens(expression));
  const evaluate = parser.or();
  parser.end();
  return (attributes) => evaluate(attributes) === true;
}

const token = /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([A-Za-z_][\w.]*)|(==|!=|<=|>=|&&|\|\||[!<>().,])|(\S))/gy;

function tokens(expression: string): string[] {
  const found: string[] = [];
  for (const match of expression.trimEnd().matchAll(token)) {
    if (match[4]) throw new SyntaxError(`unexpected ${match[4]}`);
    found.push((match[1] ?? match[2] ?? match[3]) as string);
  }
  return found;
}

// Recursive descent, loosest first: or, and, comparison, not, call, value.
class Parser {
  readonly #tokens: string[];
  #at = 0;

  constructor(list: string[]) {
    this.#tokens = list;
  }

  or(): Evaluate {
    const left = this.#and();
    if (!this.#take('||')) return left;
    const right = this.or();
    return (attributes) => left(attributes) === true || right(attributes) === true;
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw new SyntaxError(`unexpected ${this.#tokens[this.#at]}`);
  }

  #and(): Evaluate {
    const left = this.#comparison();
    if (!this.#take('&&')) return left;
    const right = this.#and();
    return (attributes) => left(attributes) === true && right(attributes) === true;
  }

  #comparison(): Evaluate {
    const left = this.#unary();
    if (this.#take('==')) return compare(left, this.#unary(), (a, b) => a === b);
    if (this.#take('!=')) return compare(left, this.#unary(), (a, b) => a !== b);
    if (this.#take('<=')) return compare(left, this.#unary(), (a, b) => a <= b);
    if (this.#take('>=')) return compare(left, this.#unary(), (a, b) => a >= b);
    if (this.#take('<')) return compare(left, this.#unary(), (a, b) => a < b);
    if (this.#take('>')) return compare(left, this.#unary(), (a, b) => a > b);
    return left;
  }

  #unary(): Evaluate {
    if (this.#take('!')) {
      const operand = this.#unary();
      return (attributes) => operand(attributes) !== true;
    }
    if (this.#take('(')) {
      const inner = this.or();
      this.#expect(')');
      return this.#method(inner);
    }
    return this.#value();
  }

  #value(): Evaluate {
    const text = this.#next();
    if (text.startsWith('"') || text.startsWith("'")) return this.#method(constant(unquote(text)));
    if (text === 'true' || text === 'false') return constant(text === 'true');
    if (text === 'timestamp') {
      this.#expect('(');
      const value = Date.parse(unquote(this.#next()));
      this.#expect(')');
      return constant(value);
    }
    if (text === 'api.getAttribute') return this.#method(this.#apiAttribute());
    const call = /^(resource\.(?:name|type|service))\.(startsWith|endsWith|contains)$/.exec(text);
    if (call?.[1]) return this.#call(attribute(call[1]), call[2] ?? '');
    return attribute(text);
  }

  #apiAttribute(): Evaluate {
    this.#expect('(');
    const name = unquote(this.#next());
    this.#expect(',');
    const otherwise = unquote(this.#next());
    this.#expect(')');
    return (attributes) => attributes[`api:${name}`] ?? otherwise;
  }

  #method(target: Evaluate): Evaluate {
    if (!this.#take('.')) return target;
    return this.#call(target, this.#next());
  }

  #call(target: Evaluate, method: string): Evaluate {
    this.#expect('(');
    const argument = unquote(this.#next());
    this.#expect(')');
    if (method === 'startsWith') return (attributes) => String(target(attributes)).startsWith(argument);
    if (method === 'endsWith') return (attributes) => String(target(attributes)).endsWith(argument);
    if (method === 'contains') return (attributes) => String(target(attributes)).includes(argument);
    throw new SyntaxError(`undeclared reference to '${method}'`);
  }

  #take(text: string): boolean {
    if (this.#tokens[this.#at] !== text) return false;
    this.#at += 1;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new SyntaxError(`expected ${text}`);
  }

  #next(): string {
    const text = this.#tokens[this.#at];
    if (text === undefined) throw new SyntaxError('unexpected end');
    this.#at += 1;
    return text;
  }
}

function attribute(name: string): Evaluate {
  if (name === 'resource.name' || name === 'resource.type' || name === 'resource.service' || name === 'request.time') {
    return (attributes) => attributes[name];
  }
  throw new SyntaxError(`undeclared reference to '${name}'`);
}

function constant(value: Value): Evaluate {
  return () => value;
}

function compare(left: Evaluate, right: Evaluate, holds: (a: Value, b: Value) => boolean): Evaluate {
  return (attributes) => holds(left(attributes), right(attributes));
}

function unquote(text: string): string {
  if (!/^["']/.test(text)) throw new SyntaxError(`expected a text, found ${text}`);
  return text.slice(1, -1).replaceAll(/\\(.)/g, '$1');
}
