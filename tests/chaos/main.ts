import { randomInt } from 'node:crypto';
import { runMain, UserError } from '@nova/shared/run-main';
import { broken, reportTable } from './report.ts';
import { runChaos } from './run-chaos.ts';

/** A long run in a terminal: `make chaos`. */

const say = (line = '') => void process.stdout.write(`${line}\n`);

/** @throws UserError that names the variable and its valid values */
function wholeNumber(name: string, otherwise: number): number {
  const text = process.env[name];
  if (!text) return otherwise;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UserError(
    `${name} is "${text}", but must be a whole number, for example \`make chaos ${name}=1000\`.`,
  );
}

/** Problems that are printed one by one; of the others, only the number is printed. */
const printed = 20;

await runMain(async () => {
  const events = wholeNumber('EVENTS', 10_000);
  const seed = wholeNumber('SEED', randomInt(1, 1e9));
  say(`Chaos with seed ${seed}; to have the same again: make chaos EVENTS=${events} SEED=${seed}\n`);
  const report = await runChaos({
    events,
    seed,
    streams: Math.max(40, Math.round(events / 50)),
    poison: 0.01,
    idleLimitMs: 600_000,
    onPhase: (phase) => say(`  ${(performance.now() / 1000).toFixed(0).padStart(4)} s  ${phase}`),
  });
  say(`\n${reportTable(report)}\n`);
  const faults = broken(report);
  for (const fault of faults.slice(0, printed)) say(`✗ ${fault}`);
  if (faults.length > printed) say(`✗ and ${faults.length - printed} more`);
  const { streams } = report.verifiedAfter;
  if (faults.length === 0) say(`${streams} streams: 0 lost, 0 doubled, 0 differ.`);
  process.exitCode = faults.length === 0 ? 0 : 1;
});
