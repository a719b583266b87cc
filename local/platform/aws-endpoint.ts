import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Endpoint, type EndpointDependencies, startEndpoint } from '../wire/endpoint/endpoint.ts';

/**
 * Starts the AWS endpoint on its last port, so that addresses signed before a restart stay valid; on another port where
 * that one is taken.
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
    throw error;
  }
  return endpoint;
}

function lastPort(file: string): number {
  try {
    return Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    return 0;
  }
}
