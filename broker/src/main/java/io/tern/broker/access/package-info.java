/// Who may come in and who may do what: the chain of rules, the rulings that come out of it, and how one shard brings
/// its clients' requests there.
///
/// [Admission] stands before the login, [AccessControl] behind it. [AccessControl] and its parts [Reauthorization],
/// [WillAuthorization] and [ControlRequests] know each other: all of them go by the rules that it holds at the time.
package io.tern.broker.access;
