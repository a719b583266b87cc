import { Parser } from 'htmlparser2';
import { DomainError } from '../../domain/errors.ts';

export type XmlAttributes = Readonly<Record<string, string>>;

/** What the elements and texts of a document are told to, in their order. Names have no prefix. */
export interface XmlVisitor {
  open(name: string, attributes: XmlAttributes): void;
  text(text: string): void;
  close(name: string): void;
}

/** Elements that may be open, one in the other. Our own: office suites nest some twenty. */
const maxDepth = 512;

/**
 * Walks over a document of XML as it is written to it, without a tree. Entities that the document defines are not expanded: it is
 * refused, because a few bytes may stand for gigabytes ("billion laughs").
 */
export class XmlWalker {
  readonly #parser: Parser;
  #depth = 0;

  constructor(visitor: XmlVisitor) {
    const handler = {
      onopentag: (name: string, attributes: XmlAttributes) => {
        this.#depth += 1;
        if (this.#depth > maxDepth) throw tooDeep();
        visitor.open(localName(name), attributes);
      },
      ontext: (text: string) => visitor.text(text),
      onclosetag: (name: string) => {
        this.#depth -= 1;
        visitor.close(localName(name));
      },
      onprocessinginstruction: (_: string, data: string) => {
        if (/<!ENTITY|^!ENTITY/i.test(data)) throw definesEntities();
      },
    };
    this.#parser = new Parser(handler, { xmlMode: true });
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  end(): void {
    this.#parser.end();
  }
}

/** The name without the prefix of its namespace: documents choose their prefixes. */
const localName = (name: string) => name.slice(name.indexOf(':') + 1);

/** An attribute by its name without a prefix. */
export function attribute(attributes: XmlAttributes, name: string): string | undefined {
  return attributes[name] ?? prefixed(attributes, name);
}

/** An attribute that has a prefix, such as `r:id` beside `id`. */
export function prefixed(attributes: XmlAttributes, name: string): string | undefined {
  for (const key in attributes) if (key.endsWith(`:${name}`)) return attributes[key];
  return undefined;
}

const tooDeep = () =>
  new DomainError(
    'unsupported-media',
    `The document is nested too deeply to be read: more than ${maxDepth} elements are open; flatten it, and upload it again.`,
  );

const definesEntities = () =>
  new DomainError(
    'unsupported-media',
    'The document defines XML entities, which are not read because a few bytes may stand for gigabytes; write their text out, and upload it again.',
  );
