import { type Environment, variables } from '@nova/shared/environment';
import { type FunctionName, functions } from '@nova/shared/functions';

type VariablesOf<F extends FunctionName> = (typeof functions)[F]['environment'][number];

/**
 * The environment of a function, parsed once at load: exactly the variables its contract lists.
 * @throws Error naming every variable that is missing or malformed
 */
export function environmentOf<F extends FunctionName>(
  name: F,
  source: NodeJS.ProcessEnv = process.env,
): Environment<VariablesOf<F>> {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const variable of functions[name].environment) {
    const parsed = variables[variable].safeParse(source[variable]?.trim());
    if (parsed.success) values[variable] = parsed.data;
    else faults.push(`${variable}: ${parsed.error.issues.map((issue) => issue.message).join('; ')}`);
  }
  if (faults.length > 0) throw new Error(`Environment of ${name} is not valid: ${faults.join(', ')}`);
  return values as Environment<VariablesOf<F>>;
}
