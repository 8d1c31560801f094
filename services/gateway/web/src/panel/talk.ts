/** What a visitor needs once a detail or a person is asked for; it is loaded then. */
import "./dress";

export { answer } from "./answering";
export { Attached } from "./attached";
export { Capture } from "./capture";
export { Composer } from "./composer";
export { Earlier } from "./earlier";
export { EndChat } from "./end-chat";
export { heard } from "./heard";
export { LeaveDetails } from "./leave-details";
export { Linked } from "./linked";
export { Note } from "./note";
export { Older } from "./older";
export { Pending } from "./pending";
export { says } from "./says";
export { Sending } from "./sending";
export { ring } from "./sound";
export { TimeLeft } from "./time-left";
export { Told } from "./told";
