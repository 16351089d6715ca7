import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CONTROL_SETTINGS, type ControlSettings } from '../settings/settings.js';

/** The settings of this process: global, because they are read once and are the same for every module. */
@Global()
@Module({})
export class ControlSettingsModule {
  static with(settings: ControlSettings): DynamicModule {
    const provider = { provide: CONTROL_SETTINGS, useValue: settings };
    return { module: ControlSettingsModule, providers: [provider], exports: [provider] };
  }
}
