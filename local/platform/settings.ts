import { resolve } from 'node:path';
import { UserError } from '@nova/shared/run-main';

/** The settings in the environment of the command line. */
export interface Settings {
  /** Port of the API. */
  readonly port: number;
  /** Absolute. */
  readonly dataDirectory: string;
}

/**
 * Reads `PORT` (4010) and `DATA` (`.nova`).
 * @throws UserError naming the variable and its valid values
 */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const { PORT: port = '', DATA: data = '' } = environment;
  if (port !== '' && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new UserError(`PORT is "${port}", but must be a port number, for example \`PORT=4011 make dev\`.`);
  }
  return { port: port === '' ? 4010 : Number(port), dataDirectory: resolve(data || '.nova') };
}
