package io.tern.interop;

/// A client whose library calls back: what it tells of is taken out of its [Inbox].
abstract class InboxClient implements ForeignClient {

    final Setup setup;
    final Inbox inbox;

    InboxClient(Setup setup) {
        this.setup = setup;
        this.inbox = new Inbox(setup);
    }

    @Override
    public Message receive() throws InterruptedException {
        return inbox.nextMessage();
    }

    @Override
    public int endedByBroker() throws InterruptedException {
        return inbox.nextEnd();
    }

    @Override
    public void lost() throws InterruptedException {
        endedByBroker();
    }
}
