/** What is needed of the container library; loaded by this file, the bundle holds that and no more. */
export { CustomSource, EncodedPacketSink, Input, MP4, OGG, QTFF } from 'mediabunny';
