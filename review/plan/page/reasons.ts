import { code } from '../markdown.ts';
import type { PlannedResource } from '../resources/resources.ts';

/** Why Terraform would do it. Source: Terraform, "JSON output format", `action_reason`. */
const reasons: Readonly<Record<string, string>> = {
  replace_because_tainted: 'its last apply failed half-way',
  replace_because_cannot_update: 'it cannot be changed in place',
  replace_by_request: 'it was asked for with -replace',
  replace_by_triggers: 'something it is bound to is replaced',
  delete_because_no_resource_config: 'the stack does not declare it any more',
  delete_because_no_module: 'its module is gone',
  delete_because_wrong_repetition: 'it is declared once now, not many times, or the other way round',
  delete_because_count_index: 'fewer of it are declared',
  delete_because_each_key: 'its key is not declared any more',
};

/** Why a resource would be replaced or destroyed, naming the attributes that force it. */
export function whyOf({ reason, change, deed }: PlannedResource): string {
  const paths = change.replace_paths.map((path) => code(path.join('.')));
  if (paths.length > 0) return `${paths.join(' and ')} cannot be changed in place`;
  return (
    reasons[reason ?? ''] ?? (deed === 'replace' ? 'Terraform does not say why' : 'the plan destroys it')
  );
}
