import type { Variable } from '@nova/shared/environment';
import { type FunctionName, functions } from '@nova/shared/functions';
import type { Settings } from '../settings.ts';

/** A value for every variable of the contract: one left out does not compile. */
export type EnvironmentValues = Readonly<Record<Variable, string>>;

/** What Powertools reads. Source: Powertools for AWS Lambda (TypeScript), "Environment variables". */
const powertools = (name: FunctionName, { prefix, logLevel }: Settings) => ({
  POWERTOOLS_SERVICE_NAME: name,
  POWERTOOLS_METRICS_NAMESPACE: prefix,
  POWERTOOLS_LOG_LEVEL: logLevel,
  // Answers hold what users said; they do not belong in traces.
  POWERTOOLS_TRACER_CAPTURE_RESPONSE: 'false',
});

/** The environment of a function: the variables its contract lists, and those of Powertools. */
export function environmentOf(
  name: FunctionName,
  values: EnvironmentValues,
  settings: Settings,
): Record<string, string> {
  const listed: readonly Variable[] = functions[name].environment;
  return {
    ...Object.fromEntries(listed.map((variable) => [variable, values[variable]])),
    ...powertools(name, settings),
  };
}
