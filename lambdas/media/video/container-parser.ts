import { Logging, LogLevel } from 'mediabunny';

/** The readers and writers of the container library. Imported through this file, the bundle holds these exports only. */
export {
  CustomSource,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MATROSKA,
  MP4,
  MPEG_TS,
  Mp4OutputFormat,
  Output,
  QTFF,
  StreamTarget,
  WEBM,
} from 'mediabunny';

// A codec that it does not know becomes a refusal, or is read here; its warnings would only fill the logs.
Logging.level = LogLevel.Errors;
