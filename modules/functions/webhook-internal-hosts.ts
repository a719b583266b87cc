import { TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';

/**
 * Hosts that webhooks may call although they are internal, as JSON. A variable, because it belongs to where the stack
 * runs: on AWS a function has no business at an internal address, on a laptop the receiver is one.
 */
export function webhookInternalHosts(scope: Construct): string {
  const hosts = new TerraformVariable(scope, 'webhook_internal_hosts', {
    type: 'string',
    default: '[]',
    nullable: false,
    description: 'Hosts that webhooks may call although they are internal, and by http: JSON, ["name", …]',
  });
  hosts.overrideLogicalId('webhook_internal_hosts');
  return hosts.stringValue;
}
