import { type Expression, ExpressionError, precedence, splatElement } from './syntax.ts';

const identifier = /[A-Za-z_][A-Za-z0-9_-]*/y;
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const space = /(?:\s|#[^\n]*|\/\/[^\n]*)*/y;
const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' };
const keywords: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/**
 * Parses a string of Terraform JSON: text with `${…}` in it.
 * @throws ExpressionError with the unsupported part and its position
 * @see https://developer.hashicorp.com/terraform/language/syntax/json#expression-mapping
 */
export function parseTemplate(text: string): Expression {
  return new Parser(text).template(() => false, false);
}

class Parser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** @param quoted inside HCL quotes, where backslash escapes count */
  template(ends: () => boolean, quoted: boolean): Expression {
    const parts: Expression[] = [];
    let literal = '';
    const flush = () => {
      if (literal) parts.push({ kind: 'literal', value: literal });
      literal = '';
    };
    while (this.#at < this.#text.length && !ends()) {
      if (this.#take('$${')) literal += '${';
      else if (this.#take('%%{')) literal += '%{';
      else if (this.#take('%{')) throw this.#error('template directives (%{ … }) are not supported');
      else if (this.#take('${')) {
        flush();
        parts.push(this.#expression());
        this.#expect('}');
      } else if (quoted && this.#text[this.#at] === '\\') literal += this.#escape();
      else literal += this.#text[this.#at++];
    }
    flush();
    const [only] = parts;
    if (parts.length === 0) return { kind: 'literal', value: '' };
    // A template of one interpolation keeps the value's own type.
    return parts.length === 1 && only ? only : { kind: 'template', parts };
  }

  #expression(): Expression {
    const test = this.#binary(0);
    if (!this.#takeSpaced('?')) return test;
    const then = this.#expression();
    this.#expect(':');
    return { kind: 'conditional', test, then, otherwise: this.#expression() };
  }

  #binary(level: number): Expression {
    const operators = precedence[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((candidate) => this.#takeSpaced(candidate));
      if (!operator) return left;
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): Expression {
    if (this.#takeSpaced('!')) return { kind: 'unary', operator: '!', operand: this.#unary() };
    if (this.#takeSpaced('-')) return { kind: 'unary', operator: '-', operand: this.#unary() };
    return this.#traversal(this.#primary());
  }

  #traversal(start: Expression): Expression {
    let value = start;
    for (;;) {
      if (this.#take('[*]') || this.#take('.*')) {
        return { kind: 'splat', of: value, each: this.#traversal({ kind: 'name', name: splatElement }) };
      }
      if (!this.#text.startsWith('...', this.#at) && this.#take('.')) {
        const digits = this.#match(/\d+/y);
        value = digits
          ? { kind: 'index', of: value, key: { kind: 'literal', value: Number(digits) } }
          : { kind: 'attribute', of: value, name: this.#identifier() };
      } else if (this.#take('[')) {
        value = { kind: 'index', of: value, key: this.#expression() };
        this.#expect(']');
      } else return value;
    }
  }

  #primary(): Expression {
    this.#skip();
    if (this.#take('(')) {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    if (this.#take('"')) return this.#string();
    if (this.#take('[')) return { kind: 'tuple', items: this.#list(']', () => this.#expression()) };
    if (this.#take('{')) return { kind: 'object', entries: this.#list('}', () => this.#entry()) };
    const digits = this.#match(number);
    if (digits) return { kind: 'literal', value: Number(digits) };
    const name = this.#identifier();
    if (this.#take('(')) return this.#call(name);
    return keywords.has(name) ? { kind: 'literal', value: keywords.get(name) } : { kind: 'name', name };
  }

  #string(): Expression {
    const inner = this.template(() => this.#text[this.#at] === '"', true);
    this.#expect('"');
    // Quoted text is always text, also when it is a lone interpolation.
    return inner.kind === 'literal' ? inner : { kind: 'template', parts: [inner] };
  }

  #call(name: string): Expression {
    let expand = false;
    const args = this.#list(')', () => {
      const arg = this.#expression();
      expand = this.#takeSpaced('...');
      return arg;
    });
    return { kind: 'call', name, args, expand };
  }

  #entry(): readonly [Expression, Expression] {
    this.#skip();
    if (this.#take('for ')) throw this.#error('for expressions are not supported');
    const key = this.#objectKey();
    if (!this.#takeSpaced('=') && !this.#takeSpaced(':')) throw this.#error('expected = or : after a key');
    return [key, this.#expression()];
  }

  #objectKey(): Expression {
    if (this.#take('"')) return this.#string();
    if (this.#take('(')) {
      const key = this.#expression();
      this.#expect(')');
      return key;
    }
    return { kind: 'literal', value: this.#match(number) ?? this.#identifier() };
  }

  #list<T>(close: string, item: () => T): T[] {
    const items: T[] = [];
    while (!this.#takeSpaced(close)) {
      if (items.length > 0) this.#takeSpaced(',');
      if (this.#takeSpaced(close)) break;
      items.push(item());
    }
    return items;
  }

  #escape(): string {
    const [, letter = ''] = this.#text.slice(this.#at, this.#at + 2);
    const unicode = this.#match(/\\u[0-9a-fA-F]{4}/y);
    if (unicode) return String.fromCharCode(Number.parseInt(unicode.slice(2), 16));
    const char = escapes[letter];
    if (char === undefined) throw this.#error(`unknown escape \\${letter}`);
    this.#at += 2;
    return char;
  }

  #identifier(): string {
    const name = this.#match(identifier);
    if (name === undefined) throw this.#error('expected a name');
    return name;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #skip(): void {
    this.#match(space);
  }

  #take(token: string): boolean {
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #takeSpaced(token: string): boolean {
    this.#skip();
    return this.#take(token);
  }

  #expect(token: string): void {
    if (!this.#takeSpaced(token)) throw this.#error(`expected ${token}`);
  }

  #error(what: string): ExpressionError {
    return new ExpressionError(`${what}, at character ${this.#at + 1} of: ${this.#text}`);
  }
}
