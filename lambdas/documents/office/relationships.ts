import { posix } from 'node:path';
import { attribute } from '../xml/walk-xml.ts';
import { visitPart } from '../zip/walk-part.ts';
import type { ZipPackage } from '../zip/zip-package.ts';

export interface Relationship {
  /** Last word of its type, such as `slide`. */
  readonly type: string;
  /** Name of the part that it leads to. */
  readonly target: string;
}

/**
 * The relationships of a part by their ids. Source: ECMA-376 part 2, §6.5.
 * @param part empty for those of the package
 */
export async function relationshipsOf(
  zip: ZipPackage,
  part: string,
): Promise<ReadonlyMap<string, Relationship>> {
  const found = new Map<string, Relationship>();
  const folder = posix.dirname(part);
  await visitPart(zip, posix.join(folder, '_rels', `${posix.basename(part)}.rels`), {
    open(name, attributes) {
      const [id, target, type] = ['Id', 'Target', 'Type'].map((key) => attribute(attributes, key));
      if (name !== 'Relationship' || !id || !target || attribute(attributes, 'TargetMode') === 'External')
        return;
      const path = target.startsWith('/') ? target.slice(1) : posix.join(folder, target);
      found.set(id, { type: type?.split('/').at(-1) ?? '', target: path });
    },
  });
  return found;
}

/** The part that the document is, by the relationships of its package. */
export async function mainPart(zip: ZipPackage, usual: string): Promise<string> {
  const found = targetOf(await relationshipsOf(zip, ''), 'officeDocument');
  return found !== undefined && zip.has(found) ? found : usual;
}

/** The part that the first relationship of a type leads to. */
export function targetOf(relationships: ReadonlyMap<string, Relationship>, type: string): string | undefined {
  for (const { type: its, target } of relationships.values()) if (its === type) return target;
  return undefined;
}
