import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { damaged } from '../process/database.ts';
import { type Endpoint, type EndpointDependencies, startEndpoint } from '../wire/endpoint/endpoint.ts';

/**
 * Starts the AWS endpoint on its last port, so that addresses signed before a restart stay valid; on another port where
 * that one is taken.
 * @throws UserError when the file with the last port is damaged
 */
export async function startSteadyEndpoint(
  dataDirectory: string,
  dependencies: Omit<EndpointDependencies, 'port'>,
): Promise<Endpoint> {
  const file = join(dataDirectory, 'aws-port');
  const endpoint = await startEndpoint({ ...dependencies, port: lastPort(file) }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error;
      return startEndpoint({ ...dependencies, port: 0 });
    },
  );
  try {
    writeFileSync(file, String(endpoint.port));
  } catch (error) {
    await endpoint.close();
    throw damaged(file, (error as Error).message, error, remedy);
  }
  return endpoint;
}

/** The highest TCP port. */
const maxPort = 65_535;
const remedy =
  'Delete it: the endpoint then takes another port, and addresses that were signed before are not valid any more.';

/** A platform that is killed at the wrong moment leaves an empty file. */
function lastPort(file: string): number {
  if (!existsSync(file) || !statSync(file).isFile()) return 0;
  const port = Number(readFileSync(file, 'utf8'));
  if (Number.isInteger(port) && port >= 0 && port <= maxPort) return port;
  throw damaged(file, 'it does not hold a port', undefined, remedy);
}
