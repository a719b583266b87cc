import { resolve } from 'node:path';
import { UserError } from '@nova/shared/run-main';

/** The settings in the environment of the command line. */
export interface Settings {
  /** Port of the API. */
  readonly port: number;
  /** Absolute. */
  readonly dataDirectory: string;
  /** Functions may run this many times as long as their timeouts say. */
  readonly timeoutFactor: number;
  /** Functions run at the priority of the platform, however long they take. */
  readonly equalPriorities: boolean;
}

/**
 * Reads `PORT` (4010), `DATA` (`.nova`) and `NOVA_TIMEOUT_FACTOR` (1) and `NOVA_PRIORITIES` (ordered).
 * @throws UserError naming the variable and its valid values
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const { PORT: port = '', DATA: data = '' } = environment;
  const { NOVA_TIMEOUT_FACTOR: factor = '', NOVA_PRIORITIES: priorities = '' } = environment;
  if (port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new UserError(`PORT is "${port}", but must be a port number, for example \`PORT=4011 make dev\`.`);
  }
  if (factor !== '' && !(/^\d{1,4}$/.test(factor) && Number(factor) >= 1 && Number(factor) <= 1000)) {
    throw new UserError(`NOVA_TIMEOUT_FACTOR is "${factor}", but must be a whole number from 1 to 1000.`);
  }
  if (!['', 'ordered', 'equal'].includes(priorities)) {
    throw new UserError(`NOVA_PRIORITIES is "${priorities}", but must be ordered or equal.`);
  }
  return {
    port: port === '' ? 4010 : Number(port),
    dataDirectory: resolve(data || '.nova'),
    timeoutFactor: Number(factor || 1),
    equalPriorities: priorities === 'equal',
  };
}
