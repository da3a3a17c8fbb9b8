package io.tern.interop;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.provider.AnnotationBasedArgumentsProvider;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.support.ParameterDeclarations;

/// Finds the variants that a scenario is played with.
final class PresentVariants extends AnnotationBasedArgumentsProvider<EachClient> {

    PresentVariants() {}

    @Override
    protected Stream<? extends Arguments> provideArguments(
            ParameterDeclarations parameters, ExtensionContext context, EachClient annotation) {
        List<Maker> without = List.of(annotation.without());
        return Variant.present().stream()
                .filter(variant -> variant.version().compareTo(annotation.from()) >= 0)
                .filter(variant -> !without.contains(variant.maker()))
                .map(Arguments::of);
    }
}
