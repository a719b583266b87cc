import { TerraformVariable } from 'cdktf';
import type { Construct } from 'constructs';
import type { Settings } from '../settings.ts';

/**
 * Seconds of audio sent to the speech model a second. A variable, because it belongs to who listens: AWS asks for the
 * natural pace, the laptop's stand-in hears as fast as it is spoken to.
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
