import type { App } from 'cdktf';
import { Pipeline } from './pipeline.ts';
import { Platform, type PlatformProps } from './platform.ts';
import { Registry } from './registry.ts';

/** Declares every stack of a stage; that of the workflows' roles only where a repository is named. */
export function declareStacks(app: App, { settings, artifacts }: PlatformProps): void {
  if (settings.repository !== undefined) new Pipeline(app, settings, settings.repository);
  new Registry(app, settings);
  new Platform(app, { settings, artifacts });
}
