import { mkdtempDisposableSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMain, UserError } from '@nova/shared/run-main';
import { checkTypes, copyCheckout, filesOf, installPackages, synthesize } from '../cdktn/checkout.ts';
import { differingStacks } from '../cdktn/compare.ts';
import { isRenamed, renameIn } from '../cdktn/rename.ts';
import { printLine } from '../console.ts';

const checkout = join(import.meta.dirname, '..', '..');
const stages = ['dev', 'staging', 'prod'];

/**
 * `npm run cdktn`: moves this checkout from CDKTF to CDK Terrain, and checks that it synthesizes the same stacks.
 * `make cdktn` (`--copy`) does the same with a copy, which it deletes afterwards.
 */
await runMain(() => {
  using folder = mkdtempDisposableSync(join(tmpdir(), 'nova-cdktn-'));
  const outputOf = (tool: string, stage: string) => join(folder.path, 'out', tool, stage);
  const files = filesOf(checkout);
  const isCopy = process.argv.includes('--copy');
  const root = isCopy ? join(folder.path, 'copy') : checkout;
  for (const stage of stages) synthesize(checkout, stage, outputOf('cdktf', stage));
  if (isCopy) copyCheckout(checkout, files, root);
  const changed = renameIn(root, files.filter(isRenamed));
  if (changed.length === 0) throw new UserError('Nothing was changed: no file names CDKTF.');
  printLine(`${changed.length} files name CDK Terrain. Installing its packages`);
  installPackages(root);
  checkTypes(root);
  for (const stage of stages) synthesize(root, stage, outputOf('cdktn', stage));
  const other = stages.flatMap((stage) =>
    differingStacks(outputOf('cdktf', stage), outputOf('cdktn', stage)).map(
      (stack) => `${stack} of ${stage}`,
    ),
  );
  if (other.length > 0) throw new UserError(`CDK Terrain synthesizes another ${other.join(', ')}.`);
  printLine(
    isCopy
      ? 'CDK Terrain synthesizes the same stacks in a copy. Nothing was changed here.'
      : 'CDK Terrain synthesizes the same stacks. Run `make check test`, then complete ADR 6 and remove deploy/cdktn.',
  );
});
