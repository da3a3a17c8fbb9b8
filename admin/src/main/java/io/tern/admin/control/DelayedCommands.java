package io.tern.admin.control;

import io.tern.broker.later.DelayedRequests;
import io.tern.broker.later.DelayedRequests.Entry;
import io.tern.broker.later.DelayedRequests.Page;
import io.tern.wire.TopicFilter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The commands about messages that wait for their time: `listDelayed`, `cancelDelayed`. They wait for the shards.
///
/// @param delayed those messages
record DelayedCommands(DelayedRequests delayed) {

    private static final long PATIENCE_SECONDS = 10;

    /// @param from where the page begins; empty for the first
    /// @param clientId of one client, null for all
    /// @param filter what their topics match, empty for all
    /// @return what is answered
    Map<String, Object> list(String from, int most, String clientId, String filter) {
        Page page = awaited(delayed.list(from, most, clientId, filter.isEmpty() ? null : TopicFilter.of(filter)));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("messages", page.entries().stream().map(DelayedCommands::facts).toList());
        if (page.next() != null) {
            data.put("next", page.next());
        }
        return data;
    }

    private static Map<String, Object> facts(Entry entry) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("id", entry.id());
        facts.put("due", entry.dueMillis());
        facts.put("client", entry.clientId());
        if (entry.userName() != null) {
            facts.put("user", entry.userName());
        }
        facts.put("topic", entry.topic());
        facts.put("qos", entry.qos());
        facts.put("retain", entry.retain());
        facts.put("bytes", entry.payloadBytes());
        return facts;
    }

    void cancel(String id) {
        if (!awaited(delayed.cancel(id))) {
            throw new IllegalArgumentException("there is no such message, or it is on its way already");
        }
    }

    private static <T> T awaited(CompletableFuture<T> answer) {
        try {
            return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new IllegalArgumentException("the disk has not answered in " + PATIENCE_SECONDS + " seconds", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException("the server stops", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
