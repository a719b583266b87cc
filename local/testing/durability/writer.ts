import { once } from 'node:events';
import { stores } from './stores.ts';

/** Writes numbered records for ever and prints each number once acknowledged: `writer.ts <store> <directory> <first>`. */
const [name = '', directory = '', first = '0'] = process.argv.slice(2);
const open = stores[name];
if (!open) throw new Error(`No store ${name}; there are ${Object.keys(stores).join(', ')}`);
const store = await open(directory);
for (let number = Number(first); ; number++) {
  await store.write(number);
  // The reader may be late on a busy machine.
  if (!process.stdout.write(`${number}\n`)) await once(process.stdout, 'drain');
}
