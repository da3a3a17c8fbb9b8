package io.tern.broker.share;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BorrowedTest {

    private final Borrowed loans = new Borrowed();

    private Loan added() {
        Loan loan = new Loan(null, null, null, 0, 0, 0, 0, 0);
        loans.add(loan);
        return loan;
    }

    @Test
    void they_come_out_in_their_order_without_those_taken_out_before() {
        Loan first = added();
        Loan second = added();
        Loan third = added();
        Loan last = added();
        assertThat(loans.remove(second)).isTrue();
        assertThat(loans.remove(second)).isFalse();
        assertThat(loans.remove(last)).isTrue();
        loans.add(second);
        assertThat(loans.poll()).isSameAs(first);
        assertThat(loans.poll()).isSameAs(third);
        assertThat(loans.isEmpty()).isFalse();
        assertThat(loans.poll()).isSameAs(second);
        assertThat(loans.isEmpty()).isTrue();
        assertThat(loans.poll()).isNull();
    }
}
