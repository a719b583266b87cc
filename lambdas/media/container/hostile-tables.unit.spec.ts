import { it } from 'vitest';
import { expectLinearOf } from '../../testing/linear-work.ts';
import { memoryObjects } from '../../testing/memory-objects.ts';
import { ObjectReader } from '../decoding/object-reader.ts';
import { checkTables } from './mp4-tables.ts';

const names = [
  'trak',
  'stts',
  'ctts',
  'stsc',
  'stco',
  'stsz',
  'stz2',
  '\0\0\0\0',
  '\0\0\0\x01',
  '\xff\xff\xff\xff',
];

it('the tables of an MP4 file are checked in time linear in their length', () => {
  const check = async (text: string) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + text.length);
    head.write('moov', 4, 'latin1');
    const file = Buffer.concat([head, Buffer.from(text, 'latin1')]);
    const objects = memoryObjects();
    objects.write('a', file);
    await checkTables(new ObjectReader(objects, 'a', file.length));
  };
  return expectLinearOf(check, names, { size: 32 * 1024, numRuns: 25 });
});
