import type { Served } from '../services/api-gateway/access-log.ts';
import { printable, styled } from './terminal.ts';

/** Characters of a path, and of a message, that a line shows. */
const limits = { path: 200, message: 300 };

const colours = { 2: 'green', 3: 'cyan', 4: 'yellow', 5: 'red' } as const;

/** One line for one request: `07:20:00  POST /v1/search  200  31 ms  guest`. */
export function requestLine({
  context,
  status,
  latencyMs,
  integrationMs,
  errorMessage,
  responseType,
}: Served): string {
  const { request, receivedAt, key } = context;
  const colour = colours[Math.floor(status / 100) as keyof typeof colours] ?? 'white';
  return [
    styled('dim', receivedAt.toTimeString().slice(0, 8)),
    styled(colour, String(status)),
    `${request.httpMethod.padEnd(6)} ${printable(request.path, limits.path)}`,
    styled(
      'dim',
      [
        `${Math.round(latencyMs)} ms`,
        integrationMs === undefined ? '' : key?.key.name,
        reasonOf(responseType, errorMessage),
      ]
        .filter(Boolean)
        .join('  '),
    ),
  ].join('  ');
}

/**
 * The reason of the gateway's own response. Of a message with many lines, such as a trace, the first one names the
 * error.
 */
function reasonOf(responseType: string | undefined, message = ''): string {
  // API Gateway's name for a path or method that is not there reads as if a key were missing.
  if (responseType === 'MISSING_AUTHENTICATION_TOKEN') return `${responseType} (no such route)`;
  const [first] = message.split('\n');
  return [responseType, first && printable(first, limits.message)].filter(Boolean).join(': ');
}
