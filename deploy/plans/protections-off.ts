import { total } from '../../cost/line.ts';
import { options } from '../../cost/options.ts';
import { profiles } from '../../cost/profile.ts';
import { usageOf } from '../../cost/usage.ts';
import type { Settings } from '../../modules/settings.ts';

/** The protections that a protected stage could have and has not, with their cost, in a sentence; nothing for other stages. */
export function protectionsOff(settings: Settings): string[] {
  const off = options.filter(({ setting }) => !settings[setting]);
  const [idle] = profiles;
  if (!settings.protection.deletionProtection || off.length === 0 || !idle) return [];
  const named = off.map((option) => {
    const dollars = total(option.lines(usageOf(idle)));
    const cost = dollars > 0 ? `$${dollars.toFixed(2)} a month while idle` : 'billed by use';
    return `${option.name} (\`${option.setting}\`, ${cost})`;
  });
  return [`Off in the settings of this stage: ${named.join(', ')}. docs/security.md says what each buys.`];
}
