import { TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/** Terraform variables whose values differ between AWS and a laptop. */

/**
 * Seconds of audio sent to the speech model a second. AWS expects speech at its natural pace; the local speech model
 * accepts any pace.
 */
export function speechPace(scope: Construct, settings: Settings): string {
  const pace = new TerraformVariable(scope, 'speech_pace', {
    type: 'number',
    default: settings.speechPace,
    nullable: false,
    description: 'Seconds of audio sent to the speech model a second; 0 sends as fast as it is taken',
  });
  pace.overrideLogicalId('speech_pace');
  return pace.stringValue;
}

/**
 * Internal hosts that webhooks may call, as JSON. On AWS a function has no reason to call an internal address; on a laptop
 * the receiver has one.
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
