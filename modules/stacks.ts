import type { App } from 'cdktf';
import { Registry } from './agent-image/registry.ts';
import { Pipeline } from './pipeline/pipeline-stack.ts';
import { Platform, type PlatformProps } from './platform.ts';

/** Declares every stack of a stage. The pipeline stack needs a repository. */
export function declareStacks(app: App, { settings, artifacts }: PlatformProps): void {
  if (settings.repository !== undefined) new Pipeline(app, settings, settings.repository);
  new Registry(app, settings);
  new Platform(app, { settings, artifacts });
}
